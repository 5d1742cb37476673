select
    ratings.rating_id,
    ratings.inspection_id,
    ratings.la_code,
    authorities.la_name,
    ratings.event_type,
    ratings.framework,
    ratings.judgement,
    ratings.grade,
    ratings.grade_status,
    ratings.inspected_from,
    ratings.inspected_to,
    ratings.published_on,
    ratings.lead_inspector,
    changes.previous_grade,
    changes.change,
    current_ratings.rating_id is not null as is_current,
    ratings.source_kind,
    ratings.official_grade,
    ratings.agrees_with_official,
    ratings.official_vintage,
    ratings.document_id,
    ratings.source_url,
    ratings.page_number,
    ratings.quote,
    ratings.char_start,
    ratings.char_end
from {{ ref('int_ratings') }} as ratings
left join {{ ref('stg_local_authorities') }} as authorities
    on ratings.la_code = authorities.la_code
left join {{ ref('int_rating_changes') }} as changes
    on ratings.rating_id = changes.rating_id
left join {{ ref('int_current_ratings') }} as current_ratings
    on ratings.rating_id = current_ratings.rating_id
