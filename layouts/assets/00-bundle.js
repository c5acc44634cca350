/*
 * Dash asks for the full plotly.js bundle (1.47 MB compressed). Our figures need only the basic one
 * (0.4 MB), which lies beside this file and bears the version that the Python package ships.
 * Dash writes the address when its renderer mounts; a setter that ignores it keeps ours.
 */
(function () {
  'use strict';
  const address = new URL('lazy/plotly-basic-4.1.1.min.js', document.currentScript.src).href;
  Object.defineProperty(window, '_dashPlotlyJSURL', { get: () => address, set: () => {} });
})();
