using System.Buffers;
using System.IO.Pipelines;
using Hyperplane.Api.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Hyperplane.Api.Requests;

/// <summary>Takes a request's body into memory, up to a limit.</summary>
internal static class BodyBytes
{
    /// <summary>A larger body is answered 413.</summary>
    public const int LimitBytes = 1024 * 1024;

    /// <summary>The bytes, or why they are not taken.</summary>
    public static async Task<(byte[]? Bytes, Problem? Problem)> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        if (!IsJson(request))
            return (null, ProblemMiddleware.UnsupportedMediaType);
        if (request.ContentLength > LimitBytes)
            return (null, ProblemMiddleware.BodyTooLarge);

        while (true)
        {
            ReadResult read = await request.BodyReader.ReadAsync(cancel);
            if (read.Buffer.Length > LimitBytes)
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return (null, ProblemMiddleware.BodyTooLarge);
            }

            if (read.IsCompleted)
            {
                byte[] bytes = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return (bytes, null);
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static bool IsJson(HttpRequest request) =>
        request.HasJsonContentType()
        && MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));
}
