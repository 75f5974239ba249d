using System.Net;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Mesh;

/// <summary>What the mesh logs; event ids 3200..3219.</summary>
internal static partial class MeshLog
{
    [LoggerMessage(3200, LogLevel.Information, "mesh: node {Node} start {Start} is up")]
    public static partial void Up(ILogger logger, ushort node, ulong start);

    [LoggerMessage(3201, LogLevel.Information, "mesh: node {Node} start {Start} is down: {Reason}")]
    public static partial void Down(ILogger logger, ushort node, ulong start, MeshDownReason reason);

    [LoggerMessage(3202, LogLevel.Debug, "mesh: connection with {Address} refused: {Reason}")]
    public static partial void Refused(ILogger logger, IPAddress address, MeshRefusal reason);

    [LoggerMessage(3203, LogLevel.Warning, "mesh: the thread did not run for {GapMs} ms")]
    public static partial void Gap(ILogger logger, long gapMs);

    [LoggerMessage(3204, LogLevel.Critical, "mesh: the thread failed")]
    public static partial void Failed(ILogger logger, Exception exception);

    [LoggerMessage(3205, LogLevel.Debug, "mesh: no connection with node {Node}: errno {Errno}")]
    public static partial void NotConnected(ILogger logger, ushort node, int errno);
}
