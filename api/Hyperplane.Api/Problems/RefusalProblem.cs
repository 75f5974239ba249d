using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Api.Problems;

/// <summary>Turns the controller's refusals into problems.</summary>
internal static class RefusalProblem
{
    /// <summary>The problem of a refusal, with the status that its kind deserves.</summary>
    public static Problem From(Refusal refusal) => Problem.Of(Status(refusal.Kind), refusal.Code, refusal.Detail) with
    {
        Errors = [.. refusal.Errors.Select(e => new ProblemError(e.Pointer, e.Code, e.Message))],
    };

    private static int Status(RefusalKind kind) => kind switch
    {
        RefusalKind.Invalid => 400,
        RefusalKind.Forbidden => 403,
        RefusalKind.NotFound => 404,
        RefusalKind.Conflict => 409,
        RefusalKind.Stale => 412,
        RefusalKind.Exhausted => 503,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no status for this kind of refusal"),
    };
}
