namespace Hyperplane.Rpc;

/// <summary>A call ended with a status that is not OK; a handler throws it to choose the status.</summary>
public sealed class RpcException : Exception
{
    /// <summary>With empty trailers.</summary>
    public RpcException(Status status)
        : this(status, Metadata.Empty)
    {
    }

    /// <summary>With trailers: on a server they are sent, on a client they are what came.</summary>
    public RpcException(Status status, Metadata trailers)
        : base(status.ToString(), status.DebugException)
    {
        ArgumentNullException.ThrowIfNull(trailers);
        Status = status;
        Trailers = trailers;
    }

    /// <summary>Code and detail.</summary>
    public Status Status { get; }

    /// <summary>The code alone.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>Metadata at the end of the call.</summary>
    public Metadata Trailers { get; }
}
