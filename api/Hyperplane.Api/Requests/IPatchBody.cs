namespace Hyperplane.Api.Requests;

/// <summary>A JSON merge patch (RFC 7396): what is left out stays, what is null gets its default.</summary>
internal interface IPatchBody : IRequestBody
{
    /// <summary>The members that are null in the request, by their names on the wire; filled by the reader.</summary>
    HashSet<string> Cleared { get; }
}
