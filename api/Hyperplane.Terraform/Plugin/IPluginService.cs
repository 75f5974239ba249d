using Hyperplane.Rpc;

namespace Hyperplane.Terraform.Plugin;

/// <summary>What a plugin is there for, beside being one.</summary>
internal interface IPluginService : IDisposable
{
    /// <summary>Adds its methods.</summary>
    void AddTo(ServerServiceDefinition.Builder methods);
}
