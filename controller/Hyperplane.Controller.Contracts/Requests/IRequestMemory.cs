namespace Hyperplane.Controller.Contracts.Requests;

/// <summary>Remembers what requests with an idempotency key were answered, for a day.</summary>
/// <remarks>Source: draft-ietf-httpapi-idempotency-key-header, section 2.</remarks>
public interface IRequestMemory
{
    /// <summary>A request begins, unless it did before.</summary>
    /// <param name="owner">The API key that was shown.</param>
    /// <param name="key">The idempotency key, 1 to 255 characters.</param>
    /// <param name="fingerprint">32 bytes: a hash of all that tells requests apart.</param>
    /// <param name="cancel">Ends the wait.</param>
    Task<RequestBegin> BeginAsync(string owner, string key, byte[] fingerprint, CancellationToken cancel);

    /// <summary>It was answered.</summary>
    Task EndAsync(string owner, string key, RememberedAnswer answer, CancellationToken cancel);

    /// <summary>It failed on our side: the next one with this key begins anew.</summary>
    Task ForgetAsync(string owner, string key, CancellationToken cancel);
}
