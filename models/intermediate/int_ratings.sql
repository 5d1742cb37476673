with

inspections as (

    select * from {{ ref('int_inspections') }}

),

official as (

    select * from {{ ref('int_official_grades') }}

),

from_reports as (

    select
        inspections.inspection_id,
        judgements.judgement,
        judgements.grade,
        judgements.grade_status,
        official.grade as official_grade,
        judgements.grade = official.grade as agrees_with_official,
        judgements.page_number,
        judgements.quote,
        judgements.char_start,
        judgements.char_end
    from inspections
    inner join {{ ref('stg_read_judgements') }} as judgements
        on
            inspections.content_sha256 = judgements.content_sha256
            and inspections.report_number = judgements.report_number
    left join official
        on
            inspections.official_id = official.official_id
            and judgements.judgement = official.judgement
    where inspections.source_kind = 'report'

),

from_statistics as (

    select
        inspections.inspection_id,
        official.judgement,
        official.grade,
        official.grade_status,
        official.grade as official_grade,
        cast(null as boolean) as agrees_with_official,
        inspections.page_number,
        inspections.quote,
        inspections.char_start,
        inspections.char_end
    from inspections
    inner join official
        on inspections.official_id = official.official_id
    where inspections.source_kind = 'official_statistics'

),

rated as (

    select * from from_reports

    union all

    select * from from_statistics

)

select
    {{ hash_id(['rated.inspection_id', 'rated.judgement']) }} as rating_id,
    rated.*,
    inspections.la_code,
    inspections.event_type,
    inspections.event_family,
    inspections.framework,
    inspections.inspected_from,
    inspections.inspected_to,
    inspections.published_on,
    inspections.lead_inspector,
    inspections.source_kind,
    inspections.document_id,
    inspections.source_url,
    inspections.official_vintage,
    coalesce(inspections.inspected_from, inspections.published_on) as rated_on
from rated
inner join inspections
    on rated.inspection_id = inspections.inspection_id
