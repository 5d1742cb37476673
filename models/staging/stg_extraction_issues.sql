select
    content_sha256,
    issue_number,
    code,
    detail,
    page_number,
    quote,
    char_start,
    char_end
from {{ source('extracted', 'issues') }}
