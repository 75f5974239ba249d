namespace Hyperplane.Api.Requests;

/// <summary>JSON pointers (RFC 6901).</summary>
internal static class JsonPointer
{
    private const int NameLimit = 128;

    /// <summary>A member's name as one step of a pointer; a name too long to be ours is cut.</summary>
    public static string Escape(string name)
    {
        string shown = name.Length <= NameLimit ? name : name[..NameLimit] + "…";
        return shown.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
    }
}
