using Hyperplane.Rpc;

namespace Hyperplane.Cells.Contracts;

/// <summary>The server's side.</summary>
public abstract class NodeIdentityBase
{
    /// <summary>Serves <see cref="NodeIdentityMethods.Enroll"/>.</summary>
    public abstract Task<IssuedNodeCertificate> Enroll(EnrollRequest request, ServerCallContext context);

    /// <summary>Serves <see cref="NodeIdentityMethods.Renew"/>.</summary>
    public abstract Task<IssuedNodeCertificate> Renew(RenewRequest request, ServerCallContext context);

    /// <summary>For <c>app.MapRpcService(…)</c>.</summary>
    public ServerServiceDefinition BindService() => ServerServiceDefinition.CreateBuilder()
        .AddMethod(NodeIdentityMethods.Enroll, Enroll)
        .AddMethod(NodeIdentityMethods.Renew, Renew)
        .Build();
}
