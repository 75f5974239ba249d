using Microsoft.AspNetCore.Http;

namespace Hyperplane.Api.Problems;

/// <summary>Where an accepted change can be seen to end: the resource itself, whose status tells.</summary>
internal static class OperationLocation
{
    /// <summary>The header.</summary>
    public const string Header = "Operation-Location";

    /// <summary>Adds it to an answer of 202.</summary>
    /// <param name="http">The request and its answer.</param>
    /// <param name="location">Of a new resource; null when the request's path names the resource, with or without an
    /// action.</param>
    public static void Tell(HttpContext http, string? location)
    {
        string path = http.Request.Path.Value ?? "";
        int action = path.IndexOf(':', path.LastIndexOf('/') + 1);
        http.Response.Headers[Header] = location ?? (action < 0 ? path : path[..action]);
    }
}
