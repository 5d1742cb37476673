select
    content_sha256,
    report_number,
    framework,
    theme,
    authority,
    inspected_from,
    inspected_to,
    published_on,
    lead_inspector,
    overall_grade_status,
    dates_page_number,
    dates_quote,
    dates_char_start,
    dates_char_end,
    -- The extractor calls a document 'other' whose title it does not know: no reading of the kind, like NULL.
    nullif(event_type, 'other') as event_type
from {{ source('extracted', 'inspections') }}
