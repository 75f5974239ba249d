using System.Globalization;
using System.Net;
using System.Text.Json;
using Hyperplane.Client;
using Hyperplane.Lbctl.Options;

namespace Hyperplane.Lbctl.Api;

/// <summary>Turns what went wrong between lbctl and the API into a message and an exit code.</summary>
internal static class ApiFailure
{
    /// <summary>The most field errors that are listed.</summary>
    private const int MaxErrors = 50;

    /// <summary>The API refused, or something in front of it did.</summary>
    public static CommandFailure OfStatus(ApiAnswer answer)
    {
        if (ReadProblem(answer.Json) is not { } problem)
            return NotTheApi(answer.Status, "without saying why", answer.Source, answer.RequestId);

        string detail = problem.Detail ?? problem.Title ?? Status(answer.Status);
        var lines = new List<string>();
        foreach (ProblemError? error in (problem.Errors ?? []).Take(MaxErrors))
        {
            if (error is not null)
                lines.Add($"{error.Pointer ?? "/"}: {error.Message ?? "refused"} ({error.Code ?? "no code"})");
        }

        if (problem.Errors?.Count > MaxErrors)
            lines.Add($"… and {problem.Errors.Count - MaxErrors} more");
        if ((problem.RequestId ?? answer.RequestId) is { } requestId)
            lines.Add($"request id: {requestId}");
        return new CommandFailure(
            ExitCodeOf(answer.Status), problem.Code is null ? detail : $"{detail} ({problem.Code})", lines);
    }

    /// <summary>The answer is none of the API's.</summary>
    public static CommandFailure NotTheApi(int status, string why, string source, string? requestId) => new(
        ExitCode.Error,
        $"the answer was {Status(status)} {why}: does {GlobalOptions.EndpointVariable} lead to the API?",
        Origin(source, requestId));

    /// <summary>No answer came; when the certificate is not believed, nothing was sent.</summary>
    public static CommandFailure Lost(Uri endpoint, LostException lost) => lost.Refusal is { } refusal
        ? new CommandFailure(
            ExitCode.Error, $"the API at {endpoint} is not trusted: {refusal.Reason}", [Advice(refusal.Fault)])
        : new CommandFailure(
            ExitCode.Error,
            $"the API at {endpoint} cannot be reached: {lost.Message}",
            [$"check {GlobalOptions.EndpointVariable} or --endpoint, and that the API runs there"]);

    /// <summary>Which request a message is about.</summary>
    public static IReadOnlyList<string> Origin(string source, string? requestId) =>
        requestId is null ? [$"request: {source}"] : [$"request: {source}", $"request id: {requestId}"];

    private static string Advice(TrustFault fault) => fault switch
    {
        TrustFault.None => $"check {GlobalOptions.EndpointVariable}: is that the API's port?",
        TrustFault.OutOfTime => "ask the operator to renew it, unless the clock of this machine is wrong",
        TrustFault.OtherName => $"use a name that the certificate has in {GlobalOptions.EndpointVariable}, "
            + "or have it made for this one",
        _ => $"give the issuer's certificate in {GlobalOptions.CaFileVariable} or --ca-file",
    };

    private static ExitCode ExitCodeOf(int status) => status switch
    {
        404 => ExitCode.NotFound,
        409 => ExitCode.Conflict,
        _ => ExitCode.Error,
    };

    private static Problem? ReadProblem(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return null;
        try
        {
            return json.Deserialize(WireJson.Default.Problem) is { } problem
                && (problem.Code ?? problem.Detail ?? problem.Title) is not null ? problem : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Status(int status) => string.Create(
        CultureInfo.InvariantCulture,
        $"{status}{(Enum.IsDefined((HttpStatusCode)status) ? " " + (HttpStatusCode)status : "")}");
}
