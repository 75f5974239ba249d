namespace Hyperplane.Client;

/// <summary>What came back for one request.</summary>
/// <param name="Status">Of HTTP.</param>
/// <param name="Body">Its bytes; null when there were more than <see cref="BodyReader.MaxBytes"/>.</param>
/// <param name="MediaType">Of the body; null when it is not said.</param>
public sealed record ApiReply(int Status, byte[]? Body, string? MediaType)
{
    /// <summary>The API's name for the request; null when it gave none.</summary>
    public string? RequestId { get; init; }

    /// <summary>The pause that was asked for, not negative; null when none was.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the answer is that of the first time the request was sent.</summary>
    public bool IsReplayed { get; init; }

    /// <summary>Whether the request was done.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;
}
