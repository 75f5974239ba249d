using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Api.Tests.Memory;

internal sealed class MemoryNodeCredentials(MemoryStore store) : INodeCredentials
{
    public Task<Outcome<EnrolmentToken>> CreateTokenAsync(string cell, string node, CancellationToken cancel) =>
        Task.FromResult(store.Write<EnrolmentToken>("enroll node", () => store.Get<Node>(cell, node) switch
        {
            Outcome<Node>.Refused no => new Outcome<EnrolmentToken>.Refused(no.Refusal),
            _ => new Outcome<EnrolmentToken>.Done(
                new EnrolmentToken(cell, node, "hpe_token", DateTimeOffset.UnixEpoch), true),
        }));

    public Task<Outcome<Node>> RevokeAsync(string cell, string node, CancellationToken cancel) =>
        Task.FromResult(store.Write("revoke node", () => store.Get<Node>(cell, node)));
}
