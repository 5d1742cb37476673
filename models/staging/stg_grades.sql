select
    grade,
    cast(rank as integer) as grade_rank
from {{ ref('grades') }}
