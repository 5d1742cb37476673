{% set judgements = ['overall_effectiveness', 'impact_of_leaders', 'help_and_protection', 'in_care', 'care_leavers'] %}

with

cells as (

    {% for judgement in judgements %}
        select
            official_id,
            inspected_on,
            '{{ judgement }}' as printed_judgement,
            {{ judgement }} as grade,
            {{ judgement }}_status as cell_status
        from {{ ref('int_official_outcomes') }}
        where event_type = 'inspection'
        {{ "union all" if not loop.last }}
    {% endfor %}

),

-- What ILACS judged on that date: one judgement for children in care and care leavers until the end of 2022, two since.
ilacs as (

    select * from {{ ref('stg_judgements') }}
    where framework = 'ilacs'

)

select
    cells.official_id,
    cells.grade,
    cells.cell_status,
    coalesce(ilacs.judgement, cells.printed_judgement) as judgement,
    case
        when cells.cell_status in ('graded', 'framework_has_none') then cells.cell_status
        when cells.cell_status in ('blank', 'not_applicable') then 'not_judged'
        else 'unreadable'
    end as grade_status
from cells
left join ilacs
    on
        (
            cells.printed_judgement = ilacs.judgement
            or (cells.printed_judgement = 'in_care' and ilacs.judgement = 'in_care_and_care_leavers')
        )
        and cells.inspected_on >= ilacs.valid_from
        and (ilacs.valid_to is null or cells.inspected_on <= ilacs.valid_to)
where
    ilacs.judgement is not null
    or (cells.printed_judgement = 'overall_effectiveness' and cells.inspected_on >= date '2018-01-01')
