with

reports as (

    select * from {{ ref('int_report_inspections') }}
    where is_latest_issue

),

matched as (

    select
        outcomes.official_id,
        reports.inspection_id,
        outcomes.vintage,
        coalesce(abs(date_diff('day', outcomes.inspected_on, reports.inspected_from)), 0) as days_apart
    from {{ ref('int_official_outcomes') }} as outcomes
    inner join reports
        on
            outcomes.la_code = reports.la_code
            and outcomes.event_type = reports.event_family
            and (
                -- The workbook gives the first day, at times that of the set-up visit or of the second week.
                outcomes.inspected_on between
                reports.inspected_from - interval 7 day
                and coalesce(reports.inspected_to, reports.inspected_from) + interval 7 day
                -- Where no date could be read, the day of publication tells two inspections apart.
                or (reports.inspected_from is null and outcomes.published_on = reports.published_on)
            )
    qualify row_number() over (
        partition by outcomes.official_id
        order by days_apart, reports.published_on desc nulls last, reports.inspection_id
    ) = 1

)

select
    official_id,
    inspection_id,
    row_number() over (
        partition by inspection_id
        order by vintage desc, days_apart, official_id
    ) = 1 as is_best
from matched
