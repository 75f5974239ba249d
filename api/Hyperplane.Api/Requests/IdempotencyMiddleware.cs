using System.Security.Cryptography;
using System.Text;
using Hyperplane.Api.Problems;
using Hyperplane.Controller.Contracts.Requests;
using Hyperplane.Controller.Contracts.Tenants;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Hyperplane.Api.Requests;

/// <summary>A change with an <c>Idempotency-Key</c> is done once: the same again gets the first answer.</summary>
/// <remarks>
/// Source: draft-ietf-httpapi-idempotency-key-header. Another request with the key is answered 422, one that is under
/// way 409. What failed on our side, or was turned away by a limit, is forgotten; so is what was only validated. The
/// key belongs to the API key that was shown.
/// </remarks>
internal sealed class IdempotencyMiddleware(RequestDelegate next, ILogger<IdempotencyMiddleware> logger)
{
    private const string Header = "Idempotency-Key";
    private const string ReplayedHeader = "Idempotency-Replayed";
    private const int LongestKey = 255;

    public async Task InvokeAsync(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method)
            || !context.Request.Headers.TryGetValue(Header, out StringValues header)
            || context.Features.Get<Principal>() is not { } principal
            || context.Request.Query["validateOnly"] == "true")
        {
            await next(context);
            return;
        }

        // The draft wants a quoted string; most clients send a bare one.
        string key = header.ToString().Trim(' ', '"');
        if (key.Length is 0 or > LongestKey || key.Any(c => c is < ' ' or > '~'))
        {
            var findings = new Findings();
            findings.Invalid($"header:{Header}", "Must have 1 to 255 printable ASCII characters.");
            await new ProblemResult(findings.ToProblem()).ExecuteAsync(context);
            return;
        }

        if (await TakeBodyAsync(context) is not { } body)
        {
            await new ProblemResult(ProblemMiddleware.BodyTooLarge).ExecuteAsync(context);
            return;
        }

        IRequestMemory memory = context.RequestServices.GetRequiredService<IRequestMemory>();
        RequestBegin begin = await memory.BeginAsync(
            principal.KeyId, key, Fingerprint(context.Request, body), context.RequestAborted);
        switch (begin)
        {
            case RequestBegin.Answered answered:
                await ReplayAsync(context, answered.Answer);
                break;
            case RequestBegin.Other:
                await new ProblemResult(Problem.Of(
                    422, ProblemCodes.KeyReused,
                    "Another request had this Idempotency-Key; use a new key for each request."))
                    .ExecuteAsync(context);
                break;
            case RequestBegin.UnderWay:
                await new ProblemResult(Problem.Of(
                    409, ProblemCodes.UnderWay,
                    "This request is being worked on; send it again in a second for its answer."))
                    .ExecuteAsync(context);
                break;
            default:
                await DoAsync(context, memory, principal.KeyId, key);
                break;
        }
    }

    private async Task DoAsync(HttpContext context, IRequestMemory memory, string owner, string key)
    {
        Stream wire = context.Response.Body;
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        bool isOver = false;
        try
        {
            await next(context);
            isOver = context.Response.StatusCode is < 500 and not StatusCodes.Status429TooManyRequests;
        }
        finally
        {
            context.Response.Body = wire;
            // Whoever asked may have left: what was done is remembered all the same.
            await TryAsync(() => isOver
                ? memory.EndAsync(owner, key, Remembered(context, answer), CancellationToken.None)
                : memory.ForgetAsync(owner, key, CancellationToken.None));
        }

        answer.Position = 0;
        await answer.CopyToAsync(wire, context.RequestAborted);
    }

    /// <summary>An answer that cannot be remembered now is no reason not to give it: the key is free again after a
    /// minute.</summary>
    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            ApiLog.NotRemembered(logger, failure.GetBaseException().Message);
        }
    }

    private static RememberedAnswer Remembered(HttpContext context, MemoryStream answer)
    {
        bool isSecret = context.GetEndpoint()?.Metadata.GetMetadata<SecretAnswerAttribute>() is not null
            && context.Response.StatusCode < 300;
        bool isKept = !isSecret && answer.Length <= BodyBytes.LimitBytes;
        return new RememberedAnswer(
            context.Response.StatusCode,
            context.Response.ContentType,
            Text(context.Response.Headers.Location),
            Text(context.Response.Headers.ETag),
            isKept ? answer.ToArray() : null);
    }

    private static string? Text(StringValues header) => header.Count == 0 ? null : header.ToString();

    private static async Task ReplayAsync(HttpContext context, RememberedAnswer answer)
    {
        context.Response.Headers[ReplayedHeader] = "true";
        if (answer.Body is null)
        {
            await new ProblemResult(Problem.Of(
                409, ProblemCodes.AlreadyDone,
                "This request was done before, and its answer was not kept; look at what is there, or use a new key."))
                .ExecuteAsync(context);
            return;
        }

        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        context.Response.Headers.Location = answer.Location;
        context.Response.Headers.ETag = answer.ETag;
        if (answer.Status == StatusCodes.Status202Accepted)
            OperationLocation.Tell(context, answer.Location);
        if (answer.Body.Length > 0)
            await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    private static byte[] Fingerprint(HttpRequest request, byte[] body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string?[] parts =
            [request.Method, request.Path.Value, request.QueryString.Value, request.Headers.IfMatch.ToString()];
        foreach (string? part in parts)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(part ?? ""));
            hash.AppendData([0]);
        }

        hash.AppendData(body);
        return hash.GetHashAndReset();
    }

    /// <summary>The body, which the endpoint can read again; null when it is longer than any may be.</summary>
    private static async Task<byte[]?> TakeBodyAsync(HttpContext context)
    {
        if (context.Request.ContentLength > BodyBytes.LimitBytes)
            return null;
        var taken = new MemoryStream();
        byte[] chunk = new byte[8_192];
        int read;
        while ((read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted)) > 0)
        {
            if (taken.Length + read > BodyBytes.LimitBytes)
                return null;
            taken.Write(chunk, 0, read);
        }

        taken.Position = 0;
        context.Request.Body = taken;
        return taken.ToArray();
    }
}
