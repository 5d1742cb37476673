with

outcomes as (

    select * from {{ source('raw', 'official_outcomes') }}

),

-- The same workbook can have been landed under two file keys: its rows are its first document's.
documents as (

    select
        source,
        content_sha256,
        document_id,
        url as source_url
    from {{ ref('stg_documents') }}
    qualify row_number() over (partition by source, content_sha256 order by first_seen_at, document_id) = 1

)

select
    documents.document_id,
    outcomes.row_number,
    outcomes.source,
    outcomes.dataset,
    outcomes.vintage,
    outcomes.la_code as printed_la_code,
    outcomes.la_name as printed_la_name,
    outcomes.inspection_type,
    outcomes.inspected_on,
    outcomes.published_on,
    outcomes.overall_effectiveness,
    outcomes.overall_effectiveness_status,
    outcomes.impact_of_leaders,
    outcomes.impact_of_leaders_status,
    outcomes.help_and_protection,
    outcomes.help_and_protection_status,
    outcomes.in_care,
    outcomes.in_care_status,
    outcomes.care_leavers,
    outcomes.care_leavers_status,
    outcomes.quote,
    outcomes.char_start,
    outcomes.char_end,
    outcomes.first_seen_at,
    documents.source_url,
    -- The codes that the extraction gives the themes of letters: 'Front door' is front_door, 'A/B' is a_or_b.
    regexp_replace(trim(replace(lower(outcomes.theme), '/', ' or ')), '[^a-z0-9]+', '_', 'g') as theme
from outcomes
inner join documents
    on
        outcomes.source = documents.source
        and outcomes.content_sha256 = documents.content_sha256
