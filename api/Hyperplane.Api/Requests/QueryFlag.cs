using Microsoft.AspNetCore.Http;

namespace Hyperplane.Api.Requests;

/// <summary>Reads <c>?NAME=true</c>.</summary>
internal static class QueryFlag
{
    /// <summary>Whether it is set; what is neither true nor false is a finding.</summary>
    public static bool Read(HttpRequest request, string name, Findings findings)
    {
        switch (request.Query[name].ToString())
        {
            case "true":
                return true;
            case "" or "false":
                return false;
            default:
                findings.Invalid($"query:{name}", "Must be true or false.");
                return false;
        }
    }
}
