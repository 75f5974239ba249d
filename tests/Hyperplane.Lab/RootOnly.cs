namespace Hyperplane.Lab;

/// <summary>Tells whether tests that need namespaces can run: <c>Assert.SkipUnless(RootOnly.Met,
/// RootOnly.Reason)</c>.</summary>
public static class RootOnly
{
    /// <summary>True as root.</summary>
    public static bool Met => Environment.IsPrivilegedProcess;

    /// <summary>What the skipped test says.</summary>
    public const string Reason = "needs root: it makes network namespaces";
}
