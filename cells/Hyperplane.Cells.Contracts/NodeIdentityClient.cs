using Hyperplane.Rpc;

namespace Hyperplane.Cells.Contracts;

/// <summary>The agent's side.</summary>
public sealed class NodeIdentityClient(Channel channel)
{
    private readonly CallInvoker _calls =
        (channel ?? throw new ArgumentNullException(nameof(channel))).CreateCallInvoker();

    /// <summary>A token and a key for a first certificate.</summary>
    public AsyncUnaryCall<IssuedNodeCertificate> EnrollAsync(EnrollRequest request, CallOptions options = default) =>
        _calls.AsyncUnaryCall(NodeIdentityMethods.Enroll, null, options, request);

    /// <summary>A new key for the next certificate.</summary>
    public AsyncUnaryCall<IssuedNodeCertificate> RenewAsync(RenewRequest request, CallOptions options = default) =>
        _calls.AsyncUnaryCall(NodeIdentityMethods.Renew, null, options, request);
}
