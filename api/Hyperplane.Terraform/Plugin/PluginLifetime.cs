using Microsoft.Extensions.Hosting;

namespace Hyperplane.Terraform.Plugin;

/// <summary>Leaves signals and the console to <see cref="PluginProgram"/>.</summary>
internal sealed class PluginLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
