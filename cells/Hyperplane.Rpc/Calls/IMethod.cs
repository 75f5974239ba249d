namespace Hyperplane.Rpc;

/// <summary>A method without its message types.</summary>
public interface IMethod
{
    /// <summary>How many messages go each way.</summary>
    MethodType Type { get; }

    /// <summary>With its package: <c>hyperplane.cells.v1.CellControl</c>.</summary>
    string ServiceName { get; }

    /// <summary>Without its service.</summary>
    string Name { get; }

    /// <summary>The path of the HTTP/2 request: <c>/service/name</c>.</summary>
    string FullName { get; }
}
