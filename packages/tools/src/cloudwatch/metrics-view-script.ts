/**
 * What the page of metrics does: shakes hands with its host, and draws what the tool answered. Text of others is only ever
 * set as text of an element, so no label can become markup; and nothing in it ends the script element that it stands in.
 */
export const metricsViewScript = `'use strict';
(() => {
  const [width, height, left, right, top, bottom] = [720, 280, 56, 712, 8, 256];
  const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#808080'];
  const at = (id) => document.getElementById(id);

  const send = (message) => parent.postMessage({ jsonrpc: '2.0', ...message }, '*');
  const isObject = (value) => typeof value === 'object' && value !== null;

  const svg = (name, attributes, text) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const html = (className, text) => {
    const element = document.createElement('span');
    element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };

  const short = (value) => Number(value.toPrecision(4)).toLocaleString('en', { notation: 'compact', maximumSignificantDigits: 4 });
  const clock = (time) => new Date(time).toISOString().slice(0, 16).replace('T', ' ');

  /** The series of an answer, each with its points as pairs of time and value; what is no number is left out. */
  const read = (data) => {
    const start = Date.parse(String(data.startTime));
    const list = Array.isArray(data.series) ? data.series : [];
    return list.filter(isObject).slice(0, 12).map((series, n) => {
      const times = Array.isArray(series.secondsAfterStart) ? series.secondsAfterStart : [];
      const values = Array.isArray(series.values) ? series.values : [];
      const points = times.map((seconds, i) => [start + seconds * 1000, values[i]])
        .filter(([time, value]) => Number.isFinite(time) && Number.isFinite(value));
      return { label: String(series.label), unit: String(series.unit ?? ''), colour: colours[n % colours.length], points };
    });
  };

  const show = (structured) => {
    const data = isObject(structured) && isObject(structured.data) ? structured.data : undefined;
    at('chart').replaceChildren();
    at('legend').replaceChildren();
    if (!data) { at('note').textContent = 'There is no answer to draw.'; return; }
    const series = read(data);
    const points = series.flatMap((each) => each.points);
    if (points.length === 0) { at('note').textContent = 'There is no data to draw.'; return; }
    draw(series, points);
  };

  const draw = (series, points) => {
    const times = points.map(([time]) => time);
    const values = points.map(([, value]) => value);
    const [from, to] = [Math.min(...times), Math.max(...times)];
    const low = Math.min(0, ...values);
    const high = Math.max(...values, low + 1e-9);
    const x = (time) => left + ((time - from) / (to - from || 1)) * (right - left);
    const y = (value) => bottom - ((value - low) / (high - low)) * (bottom - top);
    const units = [...new Set(series.map(({ unit }) => unit).filter(Boolean))].join(', ');
    at('note').textContent = [units, clock(from) + ' to ' + clock(to) + ' UTC'].filter(Boolean).join(' · ');

    const chart = svg('svg', { viewBox: '0 0 ' + width + ' ' + height, role: 'img' });
    for (const step of [0, 0.25, 0.5, 0.75, 1]) {
      const value = low + (high - low) * step;
      chart.append(svg('line', { x1: left, x2: right, y1: y(value), y2: y(value), class: 'grid' }));
      chart.append(svg('text', { x: left - 6, y: y(value) + 4, 'text-anchor': 'end' }, short(value)));
    }
    for (const [step, anchor] of [[0, 'start'], [0.5, 'middle'], [1, 'end']]) {
      const time = from + (to - from) * step;
      chart.append(svg('text', { x: x(time), y: height - 6, 'text-anchor': anchor }, clock(time).slice(5)));
    }
    const pointer = svg('line', { y1: top, y2: bottom, class: 'pointer', visibility: 'hidden' });
    chart.append(pointer);
    const rows = series.map((each) => {
      const path = each.points.map(([time, value], i) => (i ? 'L' : 'M') + x(time).toFixed(1) + ' ' + y(value).toFixed(1)).join('');
      chart.append(svg('path', { d: path, stroke: each.colour, class: 'line' }));
      const row = document.createElement('div');
      row.className = 'row';
      const [key, value] = [html('key'), html('value')];
      key.style.background = each.colour;
      row.append(key, html('name', each.label), value);
      at('legend').append(row);
      return { each, value };
    });

    const tell = (time) => {
      for (const { each, value } of rows) {
        const point = each.points.reduce((best, next) =>
          best && Math.abs(best[0] - time) <= Math.abs(next[0] - time) ? best : next, undefined);
        value.textContent = point ? short(point[1]) + ' ' + each.unit + ' at ' + clock(point[0]).slice(5) : 'no data';
      }
    };
    tell(to);
    chart.addEventListener('pointermove', (event) => {
      const box = chart.getBoundingClientRect();
      const place = Math.min(Math.max(((event.clientX - box.left) / box.width) * width, left), right);
      pointer.setAttribute('x1', String(place));
      pointer.setAttribute('x2', String(place));
      pointer.setAttribute('visibility', 'visible');
      tell(from + ((place - left) / (right - left)) * (to - from));
    });
    chart.addEventListener('pointerleave', () => {
      pointer.setAttribute('visibility', 'hidden');
      tell(to);
    });
    at('chart').append(chart);
  };

  const dress = (context) => {
    const theme = isObject(context) ? context.theme : undefined;
    if (theme === 'light' || theme === 'dark') document.documentElement.style.colorScheme = theme;
  };
  const tellSize = () =>
    send({ method: 'ui/notifications/size-changed', params: { height: document.documentElement.offsetHeight } });

  addEventListener('message', (event) => {
    const message = event.data;
    if (event.source !== parent || !isObject(message) || message.jsonrpc !== '2.0') return;
    if (message.id === 1 && message.method === undefined && isObject(message.result)) {
      dress(message.result.hostContext);
      send({ method: 'ui/notifications/initialized', params: {} });
      if (typeof ResizeObserver === 'function') new ResizeObserver(tellSize).observe(document.documentElement);
    } else if (message.method === 'ui/notifications/tool-result') {
      show(isObject(message.params) ? message.params.structuredContent : undefined);
    } else if (message.method === 'ui/notifications/host-context-changed') {
      dress(message.params);
    } else if (message.method === 'ui/resource-teardown' || message.method === 'ping') {
      send({ id: message.id, result: {} });
    }
  });
  send({
    id: 1,
    method: 'ui/initialize',
    params: {
      protocolVersion: '2026-01-26',
      appInfo: { name: 'aws-mcp-metrics', version: '1.0.0' },
      appCapabilities: { availableDisplayModes: ['inline'] },
    },
  });
})();
`
