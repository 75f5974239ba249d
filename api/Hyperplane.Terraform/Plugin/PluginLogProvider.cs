using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Terraform.Plugin;

/// <summary>Writes log entries as Terraform reads them from a plugin's standard error: hclog's JSON, a line
/// each.</summary>
internal sealed class PluginLogProvider(TextWriter output, TimeProvider time) : ILoggerProvider
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, output, time);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class Logger(string category, TextWriter output, TimeProvider time) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            var line = new JsonObject
            {
                ["@level"] = Name(logLevel),
                ["@message"] = formatter(state, exception),
                ["@module"] = $"hyperplane.{category}",
                ["@timestamp"] =
                    time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
                ["event"] = eventId.Id,
            };
            if (exception is not null)
                line["error"] = exception.ToString();
            lock (output)
                output.WriteLine(line.ToJsonString());
        }

        private static string Name(LogLevel level) => level switch
        {
            LogLevel.Trace => "trace",
            LogLevel.Debug => "debug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            _ => "error",
        };
    }
}
