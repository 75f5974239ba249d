using Hyperplane.Rpc;

namespace Hyperplane.Terraform.Plugin;

/// <summary>The methods that every plugin has.</summary>
internal static class PluginMethods
{
    /// <summary>Asks the plugin to end; without it Terraform waits 2 s before it kills.</summary>
    public static readonly Method<Empty, Empty> Shutdown = new(
        MethodType.Unary,
        "plugin.GRPCController",
        "Shutdown",
        Marshallers.ForProtobuf(Empty.Parser),
        Marshallers.ForProtobuf(Empty.Parser));
}
