using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hyperplane.Terraform.Plugin;

/// <summary>The life of the process: the handshake, serving, the end.</summary>
internal static class PluginProgram
{
    /// <summary>Serves until Terraform asks to end, or until it is gone; with <c>--debug</c> until Ctrl-C.</summary>
    public static async Task<int> RunAsync(string[] arguments, Func<IPluginService> service)
    {
        if (arguments is ["--version"])
        {
            await Console.Out.WriteLineAsync($"terraform-provider-hyperplane {HyperplaneProvider.Version}");
            return 0;
        }

        if (arguments is ["--debug"])
            return await DebugAsync(service);
        (Handshake? handshake, string? refusal) = Handshake.Read(Environment.GetEnvironmentVariable);
        if (handshake is null)
        {
            await Console.Error.WriteLineAsync(refusal);
            return 1;
        }

        // Ctrl-C goes to all of the terminal's processes; Terraform then asks by StopProvider.
        using var interrupt = OnSignal(PosixSignal.SIGINT, static () => { });
        await using PluginHost host = await PluginHost.StartAsync(handshake, service, TimeProvider.System);
        using var end = OnSignal(PosixSignal.SIGTERM, host.Stop);
        await Console.Out.WriteLineAsync(handshake.Answer(host.Socket, host.Certificate));
        await Console.Out.FlushAsync();
        using var parent = new ParentWatch(host.Stop, TimeProvider.System);
        await host.Ended;
        return 0;
    }

    /// <summary>Serves without TLS and tells what TF_REATTACH_PROVIDERS must be.</summary>
    private static async Task<int> DebugAsync(Func<IPluginService> service)
    {
        await using PluginHost host = await PluginHost.StartAsync(
            new Handshake(null, null, IsMultiplexed: false), service, TimeProvider.System);
        using var interrupt = OnSignal(PosixSignal.SIGINT, host.Stop);
        using var end = OnSignal(PosixSignal.SIGTERM, host.Stop);
        await Console.Out.WriteLineAsync($"export TF_REATTACH_PROVIDERS='{Reattach(host.Socket)}'");
        await host.Ended;
        return 0;
    }

    /// <summary>Does this instead of what the signal does.</summary>
    private static PosixSignalRegistration OnSignal(PosixSignal signal, Action action) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            action();
        });

    /// <summary>The value of TF_REATTACH_PROVIDERS for a provider of this process.</summary>
    internal static string Reattach(string socket) => new JsonObject
    {
        [HyperplaneProvider.Address] = new JsonObject
        {
            ["Protocol"] = "grpc",
            ["ProtocolVersion"] = Handshake.ProtocolVersion,
            ["Pid"] = Environment.ProcessId,
            ["Test"] = true,
            ["Addr"] = new JsonObject { ["Network"] = "unix", ["String"] = socket },
        },
    }.ToJsonString(JsonSerializerOptions.Default);
}
