using System.Collections.Concurrent;
using Hyperplane.Controller.Contracts.Requests;

namespace Hyperplane.Api.Tests.Memory;

internal sealed class MemoryRequests : IRequestMemory
{
    private readonly ConcurrentDictionary<(string, string), (byte[] Fingerprint, RememberedAnswer? Answer)> _known = [];

    public Task<RequestBegin> BeginAsync(
        string owner, string key, byte[] fingerprint, CancellationToken cancel)
    {
        if (_known.TryAdd((owner, key), (fingerprint, null)))
            return Task.FromResult<RequestBegin>(new RequestBegin.New());
        (byte[] before, RememberedAnswer? answer) = _known[(owner, key)];
        return Task.FromResult<RequestBegin>(
            !before.AsSpan().SequenceEqual(fingerprint) ? new RequestBegin.Other()
            : answer is null ? new RequestBegin.UnderWay()
            : new RequestBegin.Answered(answer));
    }

    public Task EndAsync(string owner, string key, RememberedAnswer answer, CancellationToken cancel)
    {
        _known[(owner, key)] = (_known[(owner, key)].Fingerprint, answer);
        return Task.CompletedTask;
    }

    public Task ForgetAsync(string owner, string key, CancellationToken cancel)
    {
        _known.TryRemove((owner, key), out _);
        return Task.CompletedTask;
    }

    /// <summary>As if its answer had not come yet.</summary>
    public void Reopen(string owner, string key) =>
        _known[(owner, key)] = (_known[(owner, key)].Fingerprint, null);
}
