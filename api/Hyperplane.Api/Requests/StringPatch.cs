namespace Hyperplane.Api.Requests;

/// <summary>A JSON merge patch (RFC 7396) of an object of strings: a string sets its member, null removes it.</summary>
internal sealed class StringPatch() : Dictionary<string, string?>(StringComparer.Ordinal);
