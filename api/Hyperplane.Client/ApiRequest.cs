namespace Hyperplane.Client;

/// <summary>One request of the API.</summary>
/// <param name="Method">As HTTP has it.</param>
/// <param name="Path">Below the endpoint, with its query.</param>
/// <param name="Json">The body; null for none.</param>
public sealed record ApiRequest(HttpMethod Method, string Path, byte[]? Json = null)
{
    /// <summary>The media type of the answer that is wanted; null: JSON.</summary>
    public string? Accept { get; init; }

    /// <summary>What makes a change one that is done once, however often it is sent; null for a read.</summary>
    public string? IdempotencyKey { get; init; } = Method == HttpMethod.Get ? null : Guid.NewGuid().ToString();
}
