using System.Data.Common;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Api.Problems;

/// <summary>
/// The edge: names each request, turns what nothing else answered, and what was thrown, into a problem.
/// </summary>
internal sealed class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    public const string RequestIdHeader = "X-Request-Id";

    public async Task InvokeAsync(HttpContext context)
    {
        context.TraceIdentifier = $"req-{Guid.NewGuid():n}";
        context.Response.Headers[RequestIdHeader] = context.TraceIdentifier;
        try
        {
            await next(context);
            if (!context.Response.HasStarted && Unanswered(context.Response) is { } problem)
                await new ProblemResult(problem).ExecuteAsync(context);
            ApiLog.Answered(
                logger, context.Request.Method, Path(context), context.Response.StatusCode, context.TraceIdentifier);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            ApiLog.Abandoned(logger, context.Request.Method, Path(context), context.TraceIdentifier);
        }
        catch (BadHttpRequestException bad) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, Malformed(bad.StatusCode));
        }
        catch (Exception outage) when (!context.Response.HasStarted && IsOutage(outage))
        {
            string reason = outage.GetBaseException().Message;
            ApiLog.Unavailable(logger, context.Request.Method, Path(context), reason, context.TraceIdentifier);
            await AnswerAsync(context, DatabaseAway);
        }
        catch (Exception outage) when (IsOutage(outage))
        {
            // A stream ends in the middle: its caller comes back, and is told then.
            string reason = outage.GetBaseException().Message;
            ApiLog.Unavailable(logger, context.Request.Method, Path(context), reason, context.TraceIdentifier);
            context.Abort();
        }
        catch (Exception bug) when (!context.Response.HasStarted)
        {
            ApiLog.Failed(logger, bug, context.Request.Method, Path(context), context.TraceIdentifier);
            await AnswerAsync(context, Problem.Of(
                StatusCodes.Status500InternalServerError,
                ProblemCodes.Internal,
                "Something went wrong on our side; try again, and name the request's id when asking for help."));
        }
    }

    /// <summary>Whether the database is away, or was, so that the same request may succeed later.</summary>
    private static bool IsOutage(Exception failure) =>
        failure is DbException { IsTransient: true } || (failure.InnerException is { } inner && IsOutage(inner));

    private static Problem? Unanswered(HttpResponse response) => response.StatusCode switch
    {
        _ when response.ContentType is not null || response.ContentLength > 0 => null,
        StatusCodes.Status404NotFound => Problem.Of(
            404, ProblemCodes.NotFound, "There is nothing at this path; /openapi/v1.json lists what there is."),
        StatusCodes.Status405MethodNotAllowed => Problem.Of(
            405, ProblemCodes.MethodNotAllowed, $"This path knows only {response.Headers.Allow}."),
        StatusCodes.Status415UnsupportedMediaType => UnsupportedMediaType,
        >= 400 and < 500 => Malformed(response.StatusCode),
        _ => null,
    };

    /// <summary>The answer while the database is away.</summary>
    public static Problem DatabaseAway { get; } = Problem.Of(
        StatusCodes.Status503ServiceUnavailable,
        ProblemCodes.Unavailable,
        "The control plane's database does not answer; traffic goes on, try again soon.");

    /// <summary>The answer to a body that is not declared as JSON.</summary>
    public static Problem UnsupportedMediaType { get; } = Problem.Of(
        415, ProblemCodes.UnsupportedMediaType, "Send the body as JSON in UTF-8, with Content-Type: application/json.");

    /// <summary>The answer to a body over the limit.</summary>
    public static Problem BodyTooLarge { get; } = Problem.Of(
        413, ProblemCodes.BodyTooLarge, "A body may have at most 1,048,576 bytes; split the request.");

    private static Problem Malformed(int status) => status == StatusCodes.Status413PayloadTooLarge
        ? BodyTooLarge
        : Problem.Of(status, ProblemCodes.MalformedRequest, "The request is not valid HTTP, or ended too early.");

    private static Task AnswerAsync(HttpContext context, Problem problem)
    {
        context.Response.Clear();
        context.Response.Headers[RequestIdHeader] = context.TraceIdentifier;
        return new ProblemResult(problem).ExecuteAsync(context);
    }

    /// <summary>The path as it may stand in a log: percent-encoded, so no line breaks.</summary>
    private static string Path(HttpContext context) => context.Request.Path.ToUriComponent();
}
