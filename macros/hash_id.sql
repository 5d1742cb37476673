{#
    The id of a row: md5, in hexadecimal, of its natural key, the parts joined with '|' and a missing part left empty.
    The same key gives the same id on every machine and in every run.
#}
{% macro hash_id(parts) -%}
    md5(concat_ws('|'
    {%- for part in parts -%}
        , coalesce(cast({{ part }} as varchar), '')
    {%- endfor -%}
    ))
{%- endmacro %}
