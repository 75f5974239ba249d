using Hyperplane.Controller.Contracts.Outcomes;
using Microsoft.AspNetCore.Http;

namespace Hyperplane.Api.Problems;

/// <summary>Turns the controller's outcomes into answers.</summary>
internal static class OutcomeAnswers
{
    /// <summary>200 with the resource, or the refusal.</summary>
    public static IResult Ok<T, TView>(this Outcome<T> outcome, Func<T, TView> view) =>
        outcome.Answer(done => new ResourceResult<TView>(StatusCodes.Status200OK, view(done.Value)));

    /// <summary>An answer that is no resource, or the refusal.</summary>
    public static IResult As<T>(this Outcome<T> outcome, Func<T, IResult> answer) =>
        outcome.Answer(done => answer(done.Value));

    /// <summary>202 with the resource, or the refusal.</summary>
    public static IResult Accepted<T, TView>(this Outcome<T> outcome, Func<T, TView> view) =>
        outcome.Answer(done => new ResourceResult<TView>(StatusCodes.Status202Accepted, view(done.Value)));

    /// <summary>
    /// 202 and Location for a new resource that nodes have yet to take up, 200 for one that was there already.
    /// </summary>
    public static IResult AcceptedAt<T, TView>(
        this Outcome<T> outcome, Func<T, TView> view, Func<T, string> location) =>
        outcome.AnswerAt(StatusCodes.Status202Accepted, view, location);

    /// <summary>201 and Location for a new resource, 200 for one that was there already.</summary>
    public static IResult CreatedAt<T, TView>(
        this Outcome<T> outcome, Func<T, TView> view, Func<T, string> location) =>
        outcome.AnswerAt(StatusCodes.Status201Created, view, location);

    /// <summary>204, or the refusal.</summary>
    public static IResult Gone<T>(this Outcome<T> outcome) => outcome.Answer(_ => TypedResults.NoContent());

    private static IResult AnswerAt<T, TView>(
        this Outcome<T> outcome, int status, Func<T, TView> view, Func<T, string> location) =>
        outcome.Answer(done => done.Changed
            ? new ResourceResult<TView>(status, view(done.Value), location(done.Value))
            : new ResourceResult<TView>(StatusCodes.Status200OK, view(done.Value)));

    private static IResult Answer<T>(this Outcome<T> outcome, Func<Outcome<T>.Done, IResult> done) => outcome switch
    {
        Outcome<T>.Done value => done(value),
        Outcome<T>.Refused refused => new ProblemResult(RefusalProblem.From(refused.Refusal)),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "neither done nor refused"),
    };
}
