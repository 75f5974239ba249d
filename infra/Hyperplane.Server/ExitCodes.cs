namespace Hyperplane.Server;

/// <summary>How the process ends.</summary>
internal static class ExitCodes
{
    /// <summary>It was asked to stop.</summary>
    public const int Done = 0;

    /// <summary>It could not start: no database, or its address is taken.</summary>
    public const int CannotStart = 1;

    /// <summary>A setting is wrong.</summary>
    public const int WrongSetting = 2;
}
