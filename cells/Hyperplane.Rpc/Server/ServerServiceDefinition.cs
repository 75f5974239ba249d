namespace Hyperplane.Rpc;

/// <summary>The methods that a server offers, each with its handler.</summary>
public sealed partial class ServerServiceDefinition
{
    private ServerServiceDefinition(IReadOnlyList<ServerMethod> methods) => Methods = methods;

    /// <summary>All methods.</summary>
    internal IReadOnlyList<ServerMethod> Methods { get; }

    /// <summary>Starts an empty definition.</summary>
    public static Builder CreateBuilder() => new();
}
