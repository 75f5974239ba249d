using System.Net.Sockets;
using Hyperplane.Controller;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Hyperplane.Server;

/// <summary>One run of the process: reads the settings, migrates, listens, and stops when it is told to.</summary>
internal static class ServerRun
{
    /// <summary>Runs to the end; gives one of <see cref="ExitCodes"/>.</summary>
    /// <param name="arguments">Of the command line.</param>
    /// <param name="environment">Gives environment variables.</param>
    /// <param name="output">Gets the ready lines.</param>
    /// <param name="error">Gets what is wrong.</param>
    /// <param name="stop">Stops it gracefully, as SIGTERM does.</param>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        Func<string, string?> environment,
        TextWriter output,
        TextWriter error,
        CancellationToken stop)
    {
        if (SettingsReader.Read(arguments, environment, out IReadOnlyList<string> wrong) is not { } settings)
        {
            foreach (string line in wrong)
                await error.WriteLineAsync(line);
            return ExitCodes.WrongSetting;
        }

        var parts = new List<ServerPart>();
        try
        {
            if (settings.Roles.HasFlag(ServerRoles.Controller))
                parts.Add(ControllerPart.Build(settings));
            if (settings.Roles.HasFlag(ServerRoles.Api))
                parts.Add(ApiPart.Build(settings));
            foreach (ServerPart part in parts)
            {
                await part.StartAsync(stop);
                await output.WriteLineAsync($"ready {part.Name} {part.Address}");
                await output.FlushAsync(stop);
            }

            await WaitForEndAsync(parts, stop);
            return ExitCodes.Done;
        }
        catch (Exception failure) when (Reason(failure) is { } reason)
        {
            await error.WriteLineAsync(reason);
            return ExitCodes.CannotStart;
        }
        finally
        {
            foreach (ServerPart part in parts)
                await part.DisposeAsync();
        }
    }

    /// <summary>When one part ends, all do.</summary>
    private static async Task WaitForEndAsync(List<ServerPart> parts, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task[] waits = [.. parts.Select(part => part.App.WaitForShutdownAsync(ended.Token))];
        await Task.WhenAny(waits);
        await ended.CancelAsync();
        await Task.WhenAll(waits);
    }

    private static string? Reason(Exception failure) => failure switch
    {
        PostgresException refused => $"HYPERPLANE_DB: PostgreSQL refuses: {refused.MessageText}",
        NpgsqlException unreachable => $"HYPERPLANE_DB: PostgreSQL cannot be reached: {unreachable.Message}",
        InvalidOperationException { InnerException: NpgsqlException inner } => Reason(inner),
        AuthorityException sealedOtherwise => $"HYPERPLANE_CA_KEY_FILE: {sealedOtherwise.Message}",
        AddressInUseException or IOException or SocketException => $"cannot listen: {failure.Message}",
        OperationCanceledException => "stopped before it was ready",
        _ => null,
    };
}
