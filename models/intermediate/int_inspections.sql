with

reports as (

    select * from {{ ref('int_report_inspections') }}
    where is_latest_issue

),

outcomes as (

    select * from {{ ref('int_official_outcomes') }}

),

matches as (

    select * from {{ ref('int_official_matches') }}

),

read as (

    select
        reports.inspection_id,
        reports.la_code,
        reports.event_type,
        reports.event_family,
        reports.framework,
        coalesce(reports.theme, outcomes.theme) as theme,
        reports.inspected_from,
        reports.inspected_to,
        reports.published_on,
        reports.lead_inspector,
        reports.overall_grade_status,
        'report' as source_kind,
        reports.document_id,
        reports.content_sha256,
        reports.report_number,
        reports.report_url,
        reports.report_url as source_url,
        reports.site_label,
        reports.dates_page_number as page_number,
        reports.dates_quote as quote,
        reports.dates_char_start as char_start,
        reports.dates_char_end as char_end,
        outcomes.official_id,
        outcomes.inspected_on as official_inspected_on,
        outcomes.vintage as official_vintage
    from reports
    left join matches
        on
            reports.inspection_id = matches.inspection_id
            and matches.is_best
    left join outcomes
        on matches.official_id = outcomes.official_id

),

-- What the workbooks list and no report was read of.
unread as (

    select
        {{ hash_id(['outcomes.la_code', 'outcomes.event_type', 'outcomes.inspected_on', 'null']) }} as inspection_id,
        outcomes.la_code,
        outcomes.event_type,
        outcomes.event_type as event_family,
        'ilacs' as framework,
        outcomes.theme,
        outcomes.inspected_on as inspected_from,
        cast(null as date) as inspected_to,
        outcomes.published_on,
        cast(null as varchar) as lead_inspector,
        cast(null as varchar) as overall_grade_status,
        'official_statistics' as source_kind,
        outcomes.document_id,
        cast(null as varchar) as content_sha256,
        cast(null as integer) as report_number,
        cast(null as varchar) as report_url,
        outcomes.source_url,
        cast(null as varchar) as site_label,
        cast(null as integer) as page_number,
        outcomes.quote,
        outcomes.char_start,
        outcomes.char_end,
        outcomes.official_id,
        outcomes.inspected_on as official_inspected_on,
        outcomes.vintage as official_vintage
    from outcomes
    where
        -- ILACS began in January 2018; what a workbook lists from before it is an issue.
        outcomes.inspected_on >= date '2018-01-01'
        and outcomes.official_id not in (select matches.official_id from matches)

)

select * from read

union all

select * from unread
