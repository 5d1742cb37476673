select
    source,
    urn,
    file_key,
    url,
    label as site_label,
    event_type,
    event_on,
    published_on,
    is_archived,
    first_seen_at,
    last_seen_at
from {{ source('raw', 'report_entries') }}
