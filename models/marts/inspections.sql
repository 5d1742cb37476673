with

inspections as (

    select * from {{ ref('int_inspections') }}

),

authorities as (

    select * from {{ ref('stg_local_authorities') }}

),

overall as (

    select
        inspection_id,
        grade,
        grade_status
    from {{ ref('int_ratings') }}
    where judgement = 'overall_effectiveness'

)

select
    inspections.inspection_id,
    inspections.la_code,
    authorities.la_name,
    inspections.event_type,
    inspections.framework,
    inspections.theme,
    inspections.inspected_from,
    inspections.inspected_to,
    inspections.published_on,
    inspections.lead_inspector,
    overall.grade as overall_grade,
    case
        when overall.grade_status is not null then overall.grade_status
        when inspections.event_type in ('focused_visit', 'monitoring_visit', 'jtai', 'send') then 'visit_has_none'
        when inspections.overall_grade_status = 'framework_has_none' then 'framework_has_none'
        else 'unreadable'
    end as overall_grade_status,
    inspections.source_kind,
    inspections.official_inspected_on,
    inspections.site_label,
    inspections.report_url,
    inspections.document_id,
    inspections.source_url,
    inspections.page_number,
    inspections.quote,
    inspections.char_start,
    inspections.char_end
from inspections
left join authorities
    on inspections.la_code = authorities.la_code
left join overall
    on inspections.inspection_id = overall.inspection_id
