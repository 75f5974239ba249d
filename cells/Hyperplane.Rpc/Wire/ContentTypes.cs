namespace Hyperplane.Rpc;

/// <summary>The content type of gRPC messages.</summary>
internal static class ContentTypes
{
    /// <summary>Without a message format, which leaves it to the method.</summary>
    public const string Grpc = "application/grpc";

    /// <summary>True for <c>application/grpc</c>, also with <c>+format</c> or parameters; not for grpc-web.</summary>
    public static bool IsGrpc(string? contentType) =>
        contentType is not null
        && contentType.StartsWith(Grpc, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == Grpc.Length || contentType[Grpc.Length] is '+' or ';' or ' ');
}
