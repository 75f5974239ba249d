using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;

namespace Hyperplane.Rpc;

/// <summary>Reads what HTTP says around the messages of a response.</summary>
internal static class ResponseHead
{
    /// <summary>The end of a call that has no messages: no gRPC at all, or the status among the headers.</summary>
    public static (Status Status, Metadata Trailers)? TryReadEarlyEnd(HttpResponseMessage response)
    {
        if (response.Headers.NonValidated.Contains("grpc-status"))
            return (ReadStatus(response.Headers), ReadMetadata(response.Headers));
        if (response.StatusCode != HttpStatusCode.OK)
            return (HttpStatusMapping.ToStatus(response.StatusCode), Metadata.Empty);
        return ContentTypes.IsGrpc(response.Content.Headers.ContentType?.ToString())
            ? null
            : (new Status(StatusCode.Unknown, "the peer's answer is no gRPC"), Metadata.Empty);
    }

    /// <summary>Metadata before the messages.</summary>
    public static Metadata ReadHeaders(HttpResponseMessage response) => ReadMetadata(response.Headers);

    /// <summary>What came after the last message.</summary>
    public static (Status Status, Metadata Trailers) ReadEnd(HttpResponseMessage response) =>
        (ReadStatus(response.TrailingHeaders), ReadMetadata(response.TrailingHeaders));

    private static Status ReadStatus(HttpResponseHeaders headers)
    {
        string? code = Last(headers, "grpc-status");
        if (code is null)
            return new Status(StatusCode.Unknown, "the response ended without a status");
        string message = PercentEncoding.Decode(Last(headers, "grpc-message") ?? "");
        return int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number <= (int)StatusCode.Unauthenticated
            ? new Status((StatusCode)number, message)
            : new Status(StatusCode.Unknown, message);
    }

    private static string? Last(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out HeaderStringValues values) ? values.Last() : null;

    private static Metadata ReadMetadata(HttpResponseHeaders headers)
    {
        var metadata = new Metadata();
        foreach ((string name, HeaderStringValues values) in headers.NonValidated)
        {
            foreach (string value in values)
                MetadataCodec.AddReceived(metadata, name, value);
        }

        return metadata.Freeze();
    }
}
