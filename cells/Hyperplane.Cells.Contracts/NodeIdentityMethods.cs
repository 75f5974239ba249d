using Hyperplane.Rpc;

namespace Hyperplane.Cells.Contracts;

/// <summary>The methods by which nodes get certificates; <c>node_identity.proto</c> says what they mean.</summary>
public static class NodeIdentityMethods
{
    /// <summary>With its package.</summary>
    public const string ServiceName = "hyperplane.cells.v1.NodeIdentity";

    /// <summary>The name that every controller's own certificate has, wherever it listens.</summary>
    public const string ControllerName = "controller.hyperplane.internal";

    /// <summary>A token and a key for a first certificate.</summary>
    public static readonly Method<EnrollRequest, IssuedNodeCertificate> Enroll = new(
        MethodType.Unary,
        ServiceName,
        "Enroll",
        Marshallers.ForProtobuf(EnrollRequest.Parser),
        Marshallers.ForProtobuf(IssuedNodeCertificate.Parser));

    /// <summary>A new key for the next certificate.</summary>
    public static readonly Method<RenewRequest, IssuedNodeCertificate> Renew = new(
        MethodType.Unary,
        ServiceName,
        "Renew",
        Marshallers.ForProtobuf(RenewRequest.Parser),
        Marshallers.ForProtobuf(IssuedNodeCertificate.Parser));
}
