{# A re-inspection judges the same services as the inspection before it: the two are one family, every other event its own. #}
{% macro event_family(event_type) -%}
    case when {{ event_type }} in ('inspection', 'reinspection') then 'inspection' else {{ event_type }} end
{%- endmacro %}
