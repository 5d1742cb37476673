select
    source,
    file_key,
    url,
    reason,
    detail,
    first_seen_at,
    last_seen_at,
    resolved_at
from {{ source('raw', 'rejects') }}
