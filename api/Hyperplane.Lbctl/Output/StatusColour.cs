namespace Hyperplane.Lbctl.Output;

/// <summary>Colours a status: green is well, yellow is on its way or in part, red is not well.</summary>
internal static class StatusColour
{
    /// <summary>The text between its colour and the reset; unknown words stay plain.</summary>
    public static string Paint(string status) => status switch
    {
        "active" or "healthy" or "true" or "ready" => Between("\e[32m", status),
        "pending" or "initial" or "degraded" or "draining" or "no_targets" or "unused" => Between("\e[33m", status),
        "failed" or "down" or "unhealthy" or "unhealthy.draining" or "deleting" or "false" or "silent" or "refused" =>
            Between("\e[31m", status),
        _ => status,
    };

    private static string Between(string colour, string text) => $"{colour}{text}\e[0m";
}
