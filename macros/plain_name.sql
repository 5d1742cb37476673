{#
    An authority's name without what varies in print: case, accents, punctuation, "&", and the words for its form
    ("London Borough of Camden", "Camden Council" and "CAMDEN" are all "camden"; "County Durham" is "durham").
#}
{% macro plain_name(name) -%}
    trim(regexp_replace(
        regexp_replace(
            regexp_replace(
                ' ' || replace(lower(strip_accents({{ name }})), '&', ' and ') || ' ',
                '[^a-z0-9]+', ' ', 'g'
            ),
            '^ (the )?(((london|royal|metropolitan) )*(borough|city|county|council|corporation) of (the )?|county )', ' '
        ),
        '( (of|county|city|london|royal|metropolitan|borough|district|unitary|council|corporation|authority))+ $', ' '
    ))
{%- endmacro %}
