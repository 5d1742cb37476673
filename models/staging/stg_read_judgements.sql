select
    content_sha256,
    report_number,
    judgement,
    grade,
    grade_status,
    page_number,
    quote,
    char_start,
    char_end
from {{ source('extracted', 'judgements') }}
