namespace Hyperplane.Controller.Contracts.Requests;

/// <summary>An answer as it was sent.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="ContentType">Null when there was no body.</param>
/// <param name="Location">Of a new resource; null otherwise.</param>
/// <param name="ETag">Of the resource; null otherwise.</param>
/// <param name="Body">Null when it was not kept: a secret was told, or it was too long.</param>
public sealed record RememberedAnswer(
    int Status, string? ContentType, string? Location, string? ETag, byte[]? Body);
