{# Schemas are named exactly as configured (marts, not main_marts): their names are part of the published contract. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
