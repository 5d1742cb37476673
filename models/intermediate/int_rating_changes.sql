with

ratings as (

    select * from {{ ref('int_ratings') }}

),

grades as (

    select * from {{ ref('stg_grades') }}

),

-- Each grade with the latest one before it. ILACS split care leavers from children in care in 2023: the grade that
-- covered both is the predecessor of either, unless an inspection since then judged the two apart.
followed as (

    select
        ratings.rating_id,
        ratings.grade,
        previous.rating_id as previous_rating_id,
        previous.grade as previous_grade
    from ratings
    left join ratings as previous
        on
            ratings.la_code = previous.la_code
            and ratings.inspection_id != previous.inspection_id
            and ratings.rated_on > previous.rated_on
            -- What was not judged is passed over; what was judged and cannot be read is not.
            and previous.grade_status in ('graded', 'unreadable')
            and (
                ratings.judgement = previous.judgement
                or (
                    ratings.framework = 'ilacs'
                    and previous.framework = 'ilacs'
                    and ratings.judgement in ('in_care', 'care_leavers')
                    and previous.judgement = 'in_care_and_care_leavers'
                )
            )
    where
        ratings.grade is not null
        and ratings.la_code is not null
        and ratings.rated_on is not null
    qualify row_number() over (
        partition by ratings.rating_id
        order by previous.rated_on desc nulls last, previous.rating_id
    ) = 1

)

select
    followed.rating_id,
    followed.previous_rating_id,
    followed.previous_grade,
    case
        when followed.previous_rating_id is null then 'first'
        when now_graded.grade_rank < then_graded.grade_rank then 'improved'
        when now_graded.grade_rank > then_graded.grade_rank then 'declined'
        when now_graded.grade_rank = then_graded.grade_rank then 'unchanged'
    end as change
from followed
left join grades as now_graded
    on followed.grade = now_graded.grade
left join grades as then_graded
    on followed.previous_grade = then_graded.grade
